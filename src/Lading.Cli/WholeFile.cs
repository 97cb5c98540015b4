namespace Lading.Cli;

/// <summary>
/// A file that is there whole or not at all: it is written beside its place and takes it when everything is in it. What
/// stood there before stays until then, and where the work is cut short.
/// </summary>
internal sealed class WholeFile : IDisposable
{
    private readonly string path;
    private readonly string? making;

    public WholeFile(string path)
    {
        // Who names a link means the file it leads to, and a device is nothing that could be put in place.
        var target = File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true) : null;
        this.path = target?.FullName ?? Path.GetFullPath(path);
        making = IsDevice(path) || IsDevice(this.path) ? null : this.path + ".part";
        Text = new StreamWriter(making ?? path);
    }

    /// <summary>Where it is written.</summary>
    public StreamWriter Text { get; }

    /// <summary>Everything is in it.</summary>
    public void Keep()
    {
        Text.Dispose();
        if (making is not null)
            File.Move(making, path, overwrite: true);
    }

    public void Dispose()
    {
        try
        {
            Text.Dispose();
        }
        finally
        {
            if (making is not null)
                File.Delete(making);
        }
    }

    private static bool IsDevice(string path) =>
        path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal);
}
