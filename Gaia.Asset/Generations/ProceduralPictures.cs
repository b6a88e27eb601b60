using System.Security.Cryptography;
using System.Text;
using SkiaSharp;

namespace Gaia.Asset.Generations;

/// <summary>
/// Pictures without a model: a landscape computed from the words, the same for the same words. The file says in its text chunks what it is; nobody
/// is to take it for more.
/// </summary>
internal sealed class ProceduralPictures : IPictureSource
{
    private const string Maker = "Gaia's built-in generator: drawn by rule from the words, no model was asked";

    public Task<Stream> CreateAsync(Generation generation, CancellationToken ct) => Task.Run<Stream>(
        () =>
        {
            var text = $"{generation.Description}\n{generation.Style}";
            var random = new Random(BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
            using var surface = SKSurface.Create(new SKImageInfo(generation.Width, generation.Height, SKColorType.Rgba8888, SKAlphaType.Opaque))
                ?? throw new InsufficientMemoryException("No memory for a generated picture.");
            Landscape.Draw(surface.Canvas, new(generation.Width, generation.Height), Palette.Of(text, random), random);

            using var image = surface.Snapshot();
            using var png = image.Encode(SKEncodedImageFormat.Png, 100);
            return new MemoryStream(PngText.Add(png.ToArray(), ("Software", Maker), ("Description", generation.Description)));
        },
        ct);
}
