using System.Net;

namespace Lading.Platform.SignIn;

/// <summary>Which addresses belong to the internet at large, and not to this machine, this network or nobody.</summary>
public static class PublicAddress
{
    /// <summary>RFC 6890's special blocks, as far as they are not reachable from everywhere.</summary>
    private static readonly IPNetwork[] Special =
    [
        .. (
            (string[])
                [
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/3",
                ]
        ).Select(n => IPNetwork.Parse(n)),
    ];

    private static readonly IPNetwork Global = IPNetwork.Parse("2000::/3");

    /// <summary>Addresses that only carry or tunnel others (6to4, Teredo, documentation).</summary>
    private static readonly IPNetwork[] Carriers =
    [
        IPNetwork.Parse("2001::/23"),
        IPNetwork.Parse("2001:db8::/32"),
        IPNetwork.Parse("2002::/16"),
    ];

    /// <summary>Whether it does.</summary>
    public static bool Is(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
            ? !Special.Any(n => n.Contains(address))
            : Global.Contains(address) && !Carriers.Any(n => n.Contains(address));
    }
}
