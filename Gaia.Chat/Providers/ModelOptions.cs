using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Gaia.Chat.Providers;

/// <summary>Where the models are, in the order in which they are fallen back to.</summary>
internal sealed class ModelOptions
{
    public const string Section = "Models";

    [ValidateEnumeratedItems]
    public List<ProviderOptions> Providers { get; set; } = [];

    /// <summary>By model name, before those of the price file. A model that is in neither has no price.</summary>
    public Dictionary<string, ModelPrice> Prices { get; set; } = [];

    /// <summary>Whether an Ollama on its default port is used without being configured.</summary>
    public bool FindsOllama { get; set; } = true;

    /// <summary>How often a provider whose models are not configured is asked for them.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan DiscoveryInterval { get; set; } = TimeSpan.FromSeconds(15);
}

[OptionsValidator]
internal sealed partial class ModelOptionsValidator : IValidateOptions<ModelOptions>;

/// <summary>US dollars per million tokens, or what is charged in their place.</summary>
/// <param name="Output">Of reasoning too, which providers count as output.</param>
/// <param name="CachedInput">Of input that the provider had in its cache; null when it costs as much as the rest.</param>
/// <param name="Minute">US dollars per minute of a recording.</param>
/// <param name="Characters">US dollars per million characters of text that is read aloud.</param>
/// <param name="Chat">Whether the model can chat, and so summarize.</param>
internal sealed record ModelPrice(
    decimal Input = 0, decimal Output = 0, decimal? CachedInput = null, decimal? Minute = null, decimal? Characters = null, bool Chat = true)
{
    /// <param name="cachedTokens">How many of the input tokens.</param>
    /// <param name="audio">Of calls that hear or speak.</param>
    public decimal Of(long inputTokens, long outputTokens, long cachedTokens = 0, AudioLength? audio = null) => (this, audio) switch
    {
        ({ Minute: { } minute }, { Seconds: { } seconds }) => minute * seconds / 60,
        ({ Characters: { } million }, { Characters: { } characters }) => million * characters / 1_000_000,
        _ => ((inputTokens - cachedTokens) * Input + cachedTokens * (CachedInput ?? Input) + outputTokens * Output) / 1_000_000,
    };
}
