using System.ComponentModel.DataAnnotations;

namespace Gaia.Asset.Images;

internal sealed class ImageOptions
{
    public const string Section = "Images";

    /// <summary>Width times height of the largest picture that is accepted, as its header states them. A decoded pixel takes four bytes.</summary>
    [Range(1, 500_000_000)]
    public int MaxPixels { get; set; } = 50_000_000;

    /// <summary>The longest side of a variant.</summary>
    [Range(16, 16_384)]
    public int MaxSide { get; set; } = 4096;

    /// <summary>What all transforms at work may hold at once; further ones wait.</summary>
    [Range(64, 65_536)]
    public int MemoryMegabytes { get; set; } = 384;

    /// <summary>How many stored variants one picture may have; beyond, the oldest goes.</summary>
    [Range(1, 10_000)]
    public int VariantsPerImage { get; set; } = 64;
}
