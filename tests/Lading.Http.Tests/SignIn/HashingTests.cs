using System.Security.Cryptography;
using Lading.Platform.SignIn;
using Microsoft.AspNetCore.Identity;

namespace Lading.Http.Tests.SignIn;

/// <summary>Passwords hashed with Argon2id where libargon2 is installed, and moved between the two ways.</summary>
public class HashingTests
{
    private const string Password = "seven green lanterns wander";

    [Fact]
    public void Argon2id_is_the_one_of_its_reference_implementation()
    {
        NeedsArgon2();
        var hash = Convert.FromHexString("09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7");
        var salt = Convert.ToBase64String("somesalt"u8);
        var stored = $"$argon2id$m=65536,t=2${salt}${Convert.ToBase64String(hash)}";
        var hashing = new PasswordHashing(argon2: true);
        hashing.VerifyHashedPassword(null!, stored, "password").ShouldNotBe(PasswordVerificationResult.Failed);
        hashing.VerifyHashedPassword(null!, stored, "Password").ShouldBe(PasswordVerificationResult.Failed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_password_hashed_in_either_way_is_checked_and_in_the_other_way_made_anew(bool argon2)
    {
        NeedsArgon2();
        var (mine, other) = (new PasswordHashing(argon2), new PasswordHashing(!argon2));
        var stored = mine.HashPassword(null!, Password);
        stored.ShouldStartWith(argon2 ? "$argon2id$m=19456,t=2$" : "$pbkdf2-sha256$i=600000$");
        mine.HashPassword(null!, Password).ShouldNotBe(stored, "each has a salt of its own");
        mine.VerifyHashedPassword(null!, stored, Password).ShouldBe(PasswordVerificationResult.Success);
        other.VerifyHashedPassword(null!, stored, Password).ShouldBe(PasswordVerificationResult.SuccessRehashNeeded);
        foreach (var hashing in (PasswordHashing[])[mine, other])
            hashing.VerifyHashedPassword(null!, stored, Password + " ").ShouldBe(PasswordVerificationResult.Failed);
        mine.VerifyHashedPassword(null!, mine.Decoy, "").ShouldBe(PasswordVerificationResult.Failed);
        mine.Decoy.Split('$')[1..3].ShouldBe(stored.Split('$')[1..3], "nobody's password costs the same");
    }

    [Fact]
    public async Task Nobody_s_password_is_checked_in_the_ways_in_which_somebody_s_is()
    {
        using var file = new SystemFile();
        var store = new AccountStore(file.Store, new SystemSeal(new byte[32]), TimeProvider.System);
        var hashing = new PasswordHashing(argon2: false);
        hashing.DecoyLike(store.SomePassword("nobody@x.example")).ShouldBe(hashing.Decoy, "there is nobody yet");
        for (var i = 0; i < 400; i++)
            await store.CreateAsync(SomebodyHashed(i % 4 == 0 ? Older : Newer), TestContext.Current.CancellationToken);
        var decoys = Enumerable.Range(0, 400).Select(i => DecoyOf($"n{i}@x.example")).ToList();
        decoys.ShouldBe(Enumerable.Range(0, 400).Select(i => DecoyOf($"n{i}@x.example")), "asked twice it is the same");
        decoys.Count(d => d.StartsWith(Older)).ShouldBeInRange(50, 150);
        decoys.Count(d => d.StartsWith(Newer)).ShouldBeInRange(250, 350);
        decoys.ShouldAllBe(d => !d.Contains("real"));
        string DecoyOf(string email) => hashing.DecoyLike(store.SomePassword(email));
    }

    private const string Older = "$pbkdf2-sha256$i=600000$";
    private const string Newer = "$argon2id$m=19456,t=2$";

    private static Account SomebodyHashed(string how)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        return new()
        {
            Id = id,
            Email = $"{id}@x.example",
            Name = "Somebody",
            Stamp = "",
            Password = how + "realsalt$realhash",
        };
    }

    private static void NeedsArgon2() =>
        Assert.SkipUnless(PasswordHashing.Argon2Present, "needs libargon2 (Debian: libargon2-1)");
}
