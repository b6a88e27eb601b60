namespace Gaia.Bench.Load;

/// <summary>The GET request that a load driver sends over and over.</summary>
/// <param name="Headers">As sent, such as <c>("X-API-Key", "…")</c>.</param>
internal sealed record Target(Uri Address, params (string Name, string Value)[] Headers);
