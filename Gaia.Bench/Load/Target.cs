namespace Gaia.Bench.Load;

/// <summary>The request that a load driver repeats.</summary>
/// <param name="Headers">As sent, such as <c>("X-API-Key", "…")</c>.</param>
internal sealed record Target(Uri Address, params (string Name, string Value)[] Headers)
{
    /// <summary>The JSON body of a POST; null for a GET.</summary>
    public string? Body { get; init; }

    /// <summary>The text that ends the measured time; null for the end of the response.</summary>
    public string? Until { get; init; }
}
