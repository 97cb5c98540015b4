using Lading.Log;
using Lading.Platform.Access;
using Microsoft.AspNetCore.Routing;

namespace Lading.Platform;

/// <summary>A module's front door: what it teaches the log and which routes it serves, listed by hand.</summary>
public interface IModule
{
    /// <summary>Lower case: <c>orders</c>; the prefix of its permissions, refusals, events and policies.</summary>
    string Name { get; }

    /// <summary>Facts, streams, projections, policies, due handlers.</summary>
    void Teach(LogModel model);

    /// <summary>Routes under <c>/api/v1</c>.</summary>
    void Map(IEndpointRouteBuilder api);

    /// <summary>Its places in the console, each with the permission one needs to see it.</summary>
    IReadOnlyList<NavigationEntry> Navigation { get; }

    /// <summary>Who may see which of its streams in the raw log.</summary>
    IReadOnlyList<StreamGuard> Guards { get; }
}
