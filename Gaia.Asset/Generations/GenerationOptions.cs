using System.ComponentModel.DataAnnotations;

namespace Gaia.Asset.Generations;

internal sealed class GenerationOptions
{
    public const string Section = "Generation";

    /// <summary>How long the queue waits for a sign of life of a worker before it gives the work to another one.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan AckWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often work is begun before it is given up.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 5;

    /// <summary>How many of a user's requests may be unfinished.</summary>
    [Range(1, 10_000)]
    public int MaxUnfinished { get; set; } = 20;

    /// <summary>After so long, unfinished work is put into the queue again, in case the queue has lost it.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan EnqueueAgainAfter { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary><c>OPENAI_IMAGE_MODEL</c>: with it, pictures come from that model; without, from the built-in generator.</summary>
    public string? Model { get; set; }

    /// <summary><c>PUBLIC_URL</c>: where clients reach the gateway, for links to pictures.</summary>
    public Uri PublicUrl { get; set; } = new("http://localhost:8666");

    /// <summary><c>OPENAI_IMAGE_PRICE</c>: US dollars per picture of that model; unset, it costs nothing that Gaia knows of.</summary>
    [Range(0.000001, 1_000_000)]
    public decimal? Price { get; set; }

    /// <summary>How many tokens a picture of that model counts as; the default is what gpt-image-1 takes for a square one of high quality.</summary>
    [Range(0, 1_000_000)]
    public int Tokens { get; set; } = 4_160;

    /// <summary><c>OPENAI_BASE_URL</c></summary>
    public Uri BaseUrl { get; set; } = new("https://api.openai.com/v1");

    /// <summary><c>OPENAI_API_KEY</c></summary>
    public string? ApiKey { get; set; }
}
