using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Lading.Server;

/// <summary>The OpenAPI document: committed under docs/reference and compared in the tests.</summary>
public static class ApiDocument
{
    /// <summary>Title, security and the headers every write needs.</summary>
    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer(
            (document, _, _) =>
            {
                document.Info = new OpenApiInfo
                {
                    Title = "Lading",
                    Version = "v1",
                    Description =
                        "Every write needs an Idempotency-Key and answers Lading-Position; every read answers the "
                        + "position it reflects and accepts Lading-At-Least.",
                };
                document.Servers = [];
                document.Components ??= new OpenApiComponents();
                document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(
                    StringComparer.Ordinal
                );
                document.Components.SecuritySchemes["key"] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http,
                    Scheme = "bearer",
                };
                return Task.CompletedTask;
            }
        );
    }
}
