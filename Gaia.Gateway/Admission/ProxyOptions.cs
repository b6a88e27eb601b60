using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Gaia.Gateway.Admission;

internal sealed class ProxyOptions : IValidatableObject
{
    public const string Section = "Proxies";

    /// <summary><c>TRUSTED_PROXIES</c>: addresses and networks (10.0.0.0/8) of the proxies before the gateway, comma separated.</summary>
    public string Trusted { get; set; } = "";

    public IPNetwork[] Networks() => [.. Parts().Select(part => Parse(part)!.Value)];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        from part in Parts()
        where Parse(part) is null
        select new ValidationResult($"TRUSTED_PROXIES has \"{part}\": expected addresses or networks, comma separated.");

    private static IPNetwork? Parse(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : null;

    private string[] Parts() => Trusted.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
