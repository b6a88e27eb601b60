using Gaia.Asset.Errors;
using SkiaSharp;

namespace Gaia.Asset.Images;

/// <summary>One picture on its way to a variant. Opening reads the header only; what running will take is known before it runs.</summary>
internal sealed class ImageTransform : IDisposable
{
    private const int Quality = 80;
    private const int BytesPerPixel = 4;
    private const int ScaleSteps = 8;

    private readonly SKCodec codec;
    private readonly SKSizeI upright;
    private readonly SKSizeI decoded;
    private readonly ImageGeometry geometry;
    private readonly SKEncodedImageFormat format;

    private ImageTransform(SKCodec codec, VariantSpec spec, ImageOptions limits)
    {
        this.codec = codec;
        upright = Upright(new(codec.Info.Width, codec.Info.Height));
        geometry = ImageGeometry.Of(upright, spec, limits.MaxSide);
        decoded = DecodedSize();
        format = FormatOf(spec.Format, codec.EncodedFormat);
    }

    public string ContentType => $"image/{format.ToString().ToLowerInvariant()}";

    /// <summary>Bytes: the decoded pixels, smaller copies of them that scaling reads from (a third more), and the output.</summary>
    public long MemoryNeeded => ((long)decoded.Width * decoded.Height * 4 / 3 + (long)geometry.Output.Width * geometry.Output.Height) * BytesPerPixel;

    /// <exception cref="RefusedUploadException">422: no readable picture, or one with too many pixels.</exception>
    public static ImageTransform Open(string path, VariantSpec spec, ImageOptions limits)
    {
        var codec = SKCodec.Create(path) ?? throw Unreadable();
        try
        {
            return (long)codec.Info.Width * codec.Info.Height <= limits.MaxPixels
                ? new(codec, spec, limits)
                : throw new RefusedUploadException(StatusCodes.Status422UnprocessableEntity, $"The picture has more than {limits.MaxPixels} pixels");
        }
        catch
        {
            codec.Dispose();
            throw;
        }
    }

    /// <returns>The encoded variant.</returns>
    /// <exception cref="RefusedUploadException">422: the pixels are not as the header says.</exception>
    public SKData Run()
    {
        using var source = Decode();
        using var surface = SKSurface.Create(Canvas(geometry.Output)) ?? throw new InsufficientMemoryException("No memory for the output of a transform.");
        if (format == SKEncodedImageFormat.Jpeg)
        {
            // It has no transparency.
            surface.Canvas.Clear(SKColors.White);
        }

        surface.Canvas.SetMatrix(FromDecodedToOutput());
        surface.Canvas.DrawImage(source, 0, 0, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using var result = surface.Snapshot();
        return result.Encode(format, Quality) ?? throw Unreadable();
    }

    public void Dispose() => codec.Dispose();

    private static SKEncodedImageFormat FormatOf(VariantFormat? wanted, SKEncodedImageFormat source) => wanted switch
    {
        VariantFormat.Webp => SKEncodedImageFormat.Webp,
        VariantFormat.Jpeg => SKEncodedImageFormat.Jpeg,
        VariantFormat.Png => SKEncodedImageFormat.Png,
        _ => source is SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Webp ? source : SKEncodedImageFormat.Png,
    };

    private static SKImageInfo Canvas(SKSizeI size) =>
        new(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Premul, SKColorSpace.CreateSrgb());

    private static RefusedUploadException Unreadable() => new(StatusCodes.Status422UnprocessableEntity, "The content is no readable picture");

    private SKImage Decode()
    {
        using var pixels = new SKBitmap();
        if (!pixels.TryAllocPixels(Canvas(decoded)))
        {
            throw new InsufficientMemoryException("No memory to decode a picture.");
        }

        if (codec.GetPixels(pixels.Info, pixels.GetPixels()) != SKCodecResult.Success)
        {
            throw Unreadable();
        }

        // Immutable pixels are shared with the image instead of copied.
        pixels.SetImmutable();
        return SKImage.FromBitmap(pixels);
    }

    /// <summary>JPEG and WebP decode to a fraction of their size, for a fraction of the memory; the smallest that still has every pixel of the output is taken.</summary>
    private SKSizeI DecodedSize()
    {
        for (var step = 1; step < ScaleSteps; step++)
        {
            var scaled = codec.GetScaledDimensions(step / (float)ScaleSteps);
            var turned = Upright(scaled);
            if (turned.Width >= upright.Width * geometry.ScaleX && turned.Height >= upright.Height * geometry.ScaleY)
            {
                return scaled;
            }
        }

        return new(codec.Info.Width, codec.Info.Height);
    }

    private SKMatrix FromDecodedToOutput()
    {
        var turned = Upright(decoded);
        var turn = codec.EncodedOrigin.Upright(turned.Width, turned.Height);
        var toSource = SKMatrix.CreateScale((float)upright.Width / turned.Width, (float)upright.Height / turned.Height);
        var toCrop = SKMatrix.CreateTranslation(-geometry.Crop.Left, -geometry.Crop.Top);
        var toOutput = SKMatrix.CreateScale(geometry.ScaleX, geometry.ScaleY);
        return turn.PostConcat(toSource).PostConcat(toCrop).PostConcat(toOutput);
    }

    private SKSizeI Upright(SKSizeI stored) => codec.EncodedOrigin.SwapsSides() ? new(stored.Height, stored.Width) : stored;
}
