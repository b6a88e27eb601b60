namespace Gaia.Bench.Cache.Nodes;

/// <summary>What is cached: about as large as the product's persona.</summary>
public sealed record SamplePersona(Guid Id, string Name, string Prompt, long Version)
{
    public static SamplePersona New(Guid id, long version = 1) =>
        new(id, "Muse", "You are kind, brief and curious, and you never claim to be a person.", version);
}
