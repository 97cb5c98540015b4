namespace Lading.Server;

/// <summary>What <c>lading up</c> is started with; every value also as <c>LADING_*</c> in the environment.</summary>
public sealed record ServerOptions
{
    /// <summary>Data, database, roles.</summary>
    public HostOptions Host { get; init; } = new();

    /// <summary>Where to listen; null: the default port, or the next free one when it is taken.</summary>
    public string? Urls { get; init; }

    /// <summary>Start without the demo company.</summary>
    public bool Empty { get; init; }

    /// <summary>Let the demo company's clock stand.</summary>
    public bool NoDemoClock { get; init; }

    /// <summary>The folder of sample files the demo company is seeded from.</summary>
    public string? Samples { get; init; }

    /// <summary>TLS, and who else's pages may call.</summary>
    public Transport Transport { get; init; } = new();

    /// <summary>The port asked for first.</summary>
    public const int DefaultPort = 5080;
}
