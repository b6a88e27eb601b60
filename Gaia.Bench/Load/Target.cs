namespace Gaia.Bench.Load;

/// <summary>The request that a load driver sends over and over.</summary>
/// <param name="Headers">As sent, such as <c>("X-API-Key", "…")</c>.</param>
internal sealed record Target(Uri Address, params (string Name, string Value)[] Headers)
{
    /// <summary>JSON to be posted; without it the request is a GET.</summary>
    public string? Body { get; init; }

    /// <summary>Latency is the time until this is read, not the time until the whole answer is.</summary>
    public string? Until { get; init; }
}
