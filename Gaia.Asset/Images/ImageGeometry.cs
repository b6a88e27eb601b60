using SkiaSharp;

namespace Gaia.Asset.Images;

/// <summary>Which part of a picture goes into a variant, and how large the variant is. All in pixels of the upright picture.</summary>
internal readonly record struct ImageGeometry(SKRect Crop, SKSizeI Output)
{
    public float ScaleX => Output.Width / Crop.Width;

    public float ScaleY => Output.Height / Crop.Height;

    public static ImageGeometry Of(SKSizeI source, VariantSpec spec, int maxSide)
    {
        var (width, height) = (spec.Width ?? maxSide, spec.Height ?? maxSide);
        var (across, down) = ((double)width / source.Width, (double)height / source.Height);
        var whole = new SKRect(0, 0, source.Width, source.Height);

        switch (spec.Fit)
        {
            case VariantFit.Fill:
                return new(whole, new(width, height));
            case VariantFit.Contain:
                var smaller = Math.Min(Math.Min(across, down), 1);
                return new(whole, Rounded(source.Width * smaller, source.Height * smaller));
            default:
                // A picture smaller than the box gives a box of the same shape that it covers.
                var larger = Math.Max(across, down);
                var output = larger <= 1 ? new SKSizeI(width, height) : Rounded(width / larger, height / larger);
                var scale = Math.Min(larger, 1);
                var (cropWidth, cropHeight) = ((float)Math.Min(output.Width / scale, source.Width), (float)Math.Min(output.Height / scale, source.Height));
                return new(SKRect.Create((source.Width - cropWidth) / 2, (source.Height - cropHeight) / 2, cropWidth, cropHeight), output);
        }
    }

    private static SKSizeI Rounded(double width, double height) => new(Math.Max(1, (int)Math.Round(width)), Math.Max(1, (int)Math.Round(height)));
}
