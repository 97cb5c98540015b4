namespace Lading.Platform.SignIn;

/// <summary>A person's account: who signs in. What they may do in a company is the company's own fact, not
/// this.</summary>
public sealed class Account
{
    /// <summary>32 hexadecimal digits; how facts name the person.</summary>
    public required string Id { get; init; }

    /// <summary>Lower case; nobody else has it.</summary>
    public required string Email { get; set; }

    /// <summary>What people call them.</summary>
    public required string Name { get; set; }

    /// <summary>The password's hash, or null when there is none.</summary>
    public string? Password { get; set; }

    /// <summary>Whether the password is long enough to stand alone, without a second factor.</summary>
    public bool LongPassword { get; set; }

    /// <summary>Changes with every secret.</summary>
    public required string Stamp { get; set; }

    /// <summary>The shared secret of the code app, sealed; it counts once <see cref="TotpOn"/>.</summary>
    public byte[]? TotpKey { get; set; }

    /// <summary>Whether a code is asked for.</summary>
    public bool TotpOn { get; set; }

    /// <summary>When it was made.</summary>
    public DateTime Created { get; init; }

    /// <summary>Raised by each change: two changes at once cannot both win.</summary>
    public long Version { get; set; }

    /// <summary>The id alone: an account in a log line must not tell who it is.</summary>
    public override string ToString() => Id;
}
