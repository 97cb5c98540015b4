using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lading.Platform.Http;
using Lading.Platform.SignIn;
using Lading.Server.Admin;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Lading.Server;

/// <summary>
/// The OpenAPI document: committed under docs/reference and compared in the tests. What it says of an operation is what
/// the route declares where it is mapped, which is also what the door checks and the code reads by.
/// </summary>
public static partial class ApiDocument
{
    private const string Key = "key";
    private const string Token = "token";
    private const string Session = "session";

    /// <summary>Title and credentials; of each operation its path, query, headers, credentials and refusals.</summary>
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
                        "A command needs an Idempotency-Key and answers Lading-Position; what is read from a read "
                        + "model answers the position it reflects and accepts Lading-At-Least. A name that a route "
                        + "does not declare in its query is refused.",
                };
                document.Servers = [];
                AddCredentials(document);
                return Task.CompletedTask;
            }
        );
        options.AddOperationTransformer(Describe);
        options.AddSchemaTransformer(LeaveOut);
        options.AddSchemaTransformer(NameMembers);
    }

    /// <summary>An enum is read and written as its members' names in camelCase, and never as a number.</summary>
    private static Task NameMembers(
        OpenApiSchema schema,
        OpenApiSchemaTransformerContext context,
        CancellationToken stop
    )
    {
        if (context.JsonTypeInfo.Type.IsEnum)
        {
            var names = Enum.GetNames(context.JsonTypeInfo.Type).Select(JsonNamingPolicy.CamelCase.ConvertName);
            (schema.Type, schema.Enum) = (JsonSchemaType.String, [.. names.Select(name => (JsonNode)name)]);
        }

        return Task.CompletedTask;
    }

    private static void AddCredentials(OpenApiDocument document)
    {
        Add(Key, SecuritySchemeType.Http, "An API key: lk_…").Scheme = "bearer";
        var token = Add(Token, SecuritySchemeType.Http, "A person's access token, of signing in.");
        (token.Scheme, token.BearerFormat) = ("bearer", "JWT");
        var session = Add(
            Session,
            SecuritySchemeType.ApiKey,
            $"A browser's session; over TLS its cookie is {SignInForm.SecureSessionCookie}."
        );
        (session.In, session.Name) = (ParameterLocation.Cookie, SignInForm.SessionCookie);

        OpenApiSecurityScheme Add(string name, SecuritySchemeType type, string words)
        {
            var scheme = new OpenApiSecurityScheme { Type = type, Description = words };
            document.AddComponent<IOpenApiSecurityScheme>(name, scheme);
            return scheme;
        }
    }

    private static Task Describe(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken stop
    )
    {
        var document = context.Document!;
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var route = metadata.OfType<IRouteDiagnosticsMetadata>().Last().Route;
        operation.Parameters =
        [
            .. PathParameter().Matches(route).Select(Parameter),
            .. metadata.OfType<QueryName>().Select(Parameter),
            .. metadata.OfType<RequestHeader>().Select(Parameter),
        ];
        if (metadata.OfType<Unkeyed>().LastOrDefault() is { } unkeyed)
            operation.Description = $"{operation.Description} It takes no Idempotency-Key. {unkeyed.Why}".TrimStart();
        if (metadata.OfType<Permission>().LastOrDefault() is { Name: { Length: > 0 } permission })
            operation.Security = [.. Credentials(permission).Select(name => Needs(name, document))];
        operation.Responses ??= [];
        foreach (var (status, response) in operation.Responses)
            if (status[0] is '2' && response is OpenApiResponse says && Answers(metadata) is { Count: > 0 } headers)
                says.Headers = headers.ToDictionary(h => h.Name, h => (IOpenApiHeader)Header(h.Words, h.Schema));
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "Why not: docs/reference/refusals.md says what each code means.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(nameof(Problem), document) },
            },
        };
        return Task.CompletedTask;
    }

    /// <summary>A problem leaves out what it has nothing to say of.</summary>
    private static Task LeaveOut(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken stop)
    {
        if (context.JsonTypeInfo.Type == typeof(Problem) || context.JsonTypeInfo.Type == typeof(FieldProblem))
            schema.Required?.ExceptWith(
                schema.Properties!.Where(p => p.Value.Type?.HasFlag(JsonSchemaType.Null) == true).Select(p => p.Key)
            );
        return Task.CompletedTask;
    }

    /// <summary>What an answer says beside its body.</summary>
    private static List<(string Name, string Words, OpenApiSchema Schema)> Answers(IList<object> metadata)
    {
        var takes = metadata.OfType<RequestHeader>().ToHashSet();
        var headers = new List<(string, string, OpenApiSchema)>();
        if (takes.Contains(RequestHeaders.IdempotencyKey) || takes.Contains(RequestHeaders.AtLeast))
            headers.Add(("Lading-Position", "The position of the log that the answer reflects.", Position()));
        if (takes.Contains(RequestHeaders.IfMatch) || metadata.OfType<Versioned>().Any())
            headers.Add(("ETag", "The version of what is answered, for If-Match.", Text()));
        if (takes.Contains(RequestHeaders.IdempotencyKey))
            headers.Add(("Idempotent-Replayed", "true: it was done before, and this is what was answered.", Text()));
        return headers;
    }

    private static OpenApiHeader Header(string words, OpenApiSchema schema) =>
        new() { Description = words, Schema = schema };

    private static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };

    private static string[] Credentials(string permission) =>
        HostAccess.IsHostScope(permission) ? [Key] : [Key, Token, Session];

    private static OpenApiSecurityRequirement Needs(string credential, OpenApiDocument document) =>
        new() { [new OpenApiSecuritySchemeReference(credential, document)] = [] };

    private static OpenApiParameter Parameter(Match path) =>
        new()
        {
            Name = path.Groups["name"].Value,
            In = ParameterLocation.Path,
            Required = true,
            Schema =
                path.Groups["kind"].Value == "long" ? Position() : new OpenApiSchema { Type = JsonSchemaType.String },
        };

    private static OpenApiParameter Parameter(RequestHeader header) =>
        new()
        {
            Name = header.Name,
            In = ParameterLocation.Header,
            Required = header.IsNeeded,
            Description = header.Words,
            Schema = header.IsPosition ? Position() : new OpenApiSchema { Type = JsonSchemaType.String },
        };

    private static OpenApiParameter Parameter(QueryName name) =>
        new()
        {
            Name = name.Name,
            In = ParameterLocation.Query,
            Required = name.IsNeeded,
            Description = name.Words,
            Schema = SchemaOf(name),
        };

    private static OpenApiSchema SchemaOf(QueryName name)
    {
        var number = name.Kind is QueryKind.Whole or QueryKind.Number;
        return new OpenApiSchema
        {
            Type = name.Kind switch
            {
                QueryKind.Whole => JsonSchemaType.Integer,
                QueryKind.Number => JsonSchemaType.Number,
                QueryKind.Flag => JsonSchemaType.Boolean,
                _ => JsonSchemaType.String,
            },
            Format = name.Kind switch
            {
                QueryKind.Whole => "int64",
                QueryKind.Number => "double",
                QueryKind.Day => "date",
                QueryKind.Time => "date-time",
                _ => null,
            },
            Enum = name.OneOf.Count == 0 ? null : [.. name.OneOf.Select(value => (JsonNode)value)],
            Minimum =
                name.Kind == QueryKind.Whole ? Text(name.Least ?? 0)
                : number ? Text(name.Least)
                : null,
            Maximum = number ? Text(name.Most) : null,
            Default =
                name.Otherwise is not { } otherwise ? null
                : number ? JsonNode.Parse(otherwise)
                : otherwise,
        };
    }

    private static string? Text(double? bound) => bound?.ToString(CultureInfo.InvariantCulture);

    private static OpenApiSchema Position() =>
        new()
        {
            Type = JsonSchemaType.Integer,
            Format = "int64",
            Minimum = "0",
        };

    [GeneratedRegex(@"\{(?<name>\w+)(?::(?<kind>\w+))?\}")]
    private static partial Regex PathParameter();
}
