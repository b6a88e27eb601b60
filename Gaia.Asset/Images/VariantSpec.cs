namespace Gaia.Asset.Images;

/// <summary>What a variant is to look like. Nothing is ever enlarged, except by <see cref="VariantFit.Fill"/>.</summary>
/// <param name="Width">Pixels; null leaves it to the height.</param>
/// <param name="Height">Pixels; null leaves it to the width.</param>
/// <param name="Fit">How the picture gets into width and height when both are given.</param>
/// <param name="Format">Null keeps the source's, or PNG where that cannot be written.</param>
internal readonly record struct VariantSpec(int? Width, int? Height, VariantFit Fit, VariantFormat? Format)
{
    /// <summary>One text per spec: the key under which a variant is stored.</summary>
    public override string ToString() => $"w={Width};h={Height};fit={Fit};format={Format}";
}

/// <summary>As CSS object-fit has it.</summary>
internal enum VariantFit
{
    /// <summary>Fills the box; what stands out is cut off.</summary>
    Cover,

    /// <summary>Fits into the box, whole.</summary>
    Contain,

    /// <summary>Is stretched to the box.</summary>
    Fill,
}

internal enum VariantFormat
{
    Webp,
    Jpeg,
    Png,
}
