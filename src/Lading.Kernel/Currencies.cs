using System.Collections.Frozen;

namespace Lading.Kernel;

/// <summary>The currencies in use and how many digits their minor unit has (ISO 4217, list one, 2026).</summary>
public static class Currencies
{
    private const string NoDigits = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";

    private const string ThreeDigits = "BHD IQD JOD KWD LYD OMR TND";

    private const string TwoDigits =
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC "
        + "CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR "
        + "JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD "
        + "NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN "
        + "SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG";

    private static readonly FrozenDictionary<string, (string Code, int Digits)> Known = Table();

    /// <summary>All codes, sorted.</summary>
    public static IEnumerable<string> All => Known.Keys.Order(StringComparer.Ordinal);

    /// <summary>Whether the code is a currency in use; codes are three capital letters.</summary>
    public static bool IsKnown(string? code) => code is not null && Known.ContainsKey(code);

    /// <summary>The code's one text in memory: what is kept long holds it, and not a copy for each request.</summary>
    public static string Own(string code) => Known.TryGetValue(code, out var own) ? own.Code : code;

    /// <summary>
    /// How many decimals an amount has: 2 for EUR, 0 for JPY, 3 for KWD. An unknown code is a bug here.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The code is unknown: what people enter is checked with <see cref="Check"/>.
    /// </exception>
    public static int MinorDigits(string code) =>
        Known.TryGetValue(code ?? "", out var own)
            ? own.Digits
            : throw new ArgumentException($"'{code}' is not a currency in use.");

    /// <summary>Refuses a code that is not a currency in use; null when it is.</summary>
    public static Refusal? Check(string? code) =>
        IsKnown(code)
            ? null
            : new Refusal(
                "money.currency-unknown",
                RefusalKind.Invalid,
                $"'{DecimalText.Shown(code ?? "")}' is not a currency in use.",
                null,
                DecimalText.Shown(code ?? ""),
                "Give the ISO 4217 code in capital letters: EUR, GBP, USD."
            );

    private static FrozenDictionary<string, (string, int)> Table() =>
        new (string Codes, int Digits)[] { (NoDigits, 0), (TwoDigits, 2), (ThreeDigits, 3) }
            .SelectMany(row => row.Codes.Split(' ').Select(code => KeyValuePair.Create(code, (code, row.Digits))))
            .ToFrozenDictionary(StringComparer.Ordinal);
}
