using System.Runtime.InteropServices;

namespace Lading.Platform.SignIn;

/// <summary>Argon2id by the system's libargon2, where it is installed.</summary>
internal static partial class Argon2
{
    private const string Library = "libargon2.so.1";

    /// <summary>Whether the library is there.</summary>
    public static bool Present { get; } = NativeLibrary.TryLoad(Library, out _);

    /// <summary>The hash of 32 bytes.</summary>
    /// <param name="passes">Passes over the memory.</param>
    /// <param name="kibibytes">Memory.</param>
    public static byte[] Hash(byte[] password, byte[] salt, uint passes, uint kibibytes)
    {
        var hash = new byte[32];
        var code = Raw(
            passes,
            kibibytes,
            1,
            password,
            (nuint)password.Length,
            salt,
            (nuint)salt.Length,
            hash,
            (nuint)hash.Length
        );
        return code == 0 ? hash : throw new InvalidOperationException($"libargon2 answered {code}.");
    }

    [LibraryImport(Library, EntryPoint = "argon2id_hash_raw")]
    private static partial int Raw(
        uint passes,
        uint kibibytes,
        uint lanes,
        byte[] password,
        nuint passwordLength,
        byte[] salt,
        nuint saltLength,
        byte[] hash,
        nuint hashLength
    );
}
