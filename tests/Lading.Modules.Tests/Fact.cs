using System.Text;
using System.Text.Json;
using Lading.Kernel;

namespace Lading.Modules.Tests;

/// <summary>
/// A fact as text, to compare facts whatever kind of list they hold; personal values stand in it openly.
/// </summary>
public static class Fact
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    public static string Text(object fact)
    {
        PersonalScope.Enter(new PlainCipher(), default);
        try
        {
            return JsonSerializer.Serialize(fact, fact.GetType(), Readable);
        }
        finally
        {
            PersonalScope.Leave();
        }
    }
}

/// <summary>Seals nothing; with Erased it opens nothing either.</summary>
public sealed record PlainCipher(bool Erased = false) : IPersonalCipher
{
    public byte[] Seal(string subject, string place, string text) => Encoding.UTF8.GetBytes(text);

    public string? Open(string subject, string place, byte[] sealedBytes) =>
        Erased ? null : Encoding.UTF8.GetString(sealedBytes);
}
