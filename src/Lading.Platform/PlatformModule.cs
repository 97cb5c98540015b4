using Lading.Contracts.Platform;
using Lading.Kernel;
using Lading.Log;
using Lading.Platform.Operations;
using Lading.Platform.Places;
using Lading.Platform.Privacy;
using Microsoft.AspNetCore.Routing;

namespace Lading.Platform;

/// <summary>Ventures, sites, people's rights over their data, and the facts about keys.</summary>
public sealed class PlatformModule : IModule
{
    /// <inheritdoc />
    public string Name => "platform";

    /// <inheritdoc />
    public void Teach(LogModel model)
    {
        var json = PlatformFactsJson.Default;
        model
            .Events.Add("platform.venture-opened.v1", json.VentureOpened)
            .Add("platform.venture-renamed.v1", json.VentureRenamed)
            .Add("platform.site-opened.v1", json.SiteOpened)
            .Add("platform.site-changed.v1", json.SiteChanged)
            .Add("platform.projection-skipped.v1", json.ProjectionSkipped)
            .Add("platform.projection-mended.v1", json.ProjectionMended)
            .Add("platform.person-erased.v1", json.PersonErased)
            .Add("platform.person-exported.v1", json.PersonExported)
            .Add("platform.api-key-issued.v1", json.ApiKeyIssued)
            .Add("platform.api-key-replaced.v1", json.ApiKeyReplaced)
            .Add("platform.api-key-revoked.v1", json.ApiKeyRevoked);
        model.Add(Venture.Kind).Add(Site.Kind).Add(LeftOut.Kind).Add(Person.Kind).Add(KeyRecord.Kind);
        model.Add(ErasedPeople.Erasure).Add(LeftOuts.Memory);
        model.Add(Ventures.Projection).Add(Sites.Projection).Add(LeftOuts.Projection).Add(ErasedPeople.Projection);
    }

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder api)
    {
        Ventures.Map(api);
        Sites.Map(api);
        People.Map(api);
        ProjectionRoutes.Map(api);
    }
}
