using System.Text;

namespace Lading.Planning;

/// <summary>A file's bytes as text.</summary>
internal static class BenchText
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Null when it is not UTF-8 text.</summary>
    public static string? Of(byte[] file)
    {
        try
        {
            var text = Strict.GetString(file);
            return text.Contains('\0') ? null : text.TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
