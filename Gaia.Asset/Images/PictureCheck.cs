using Gaia.Asset.Errors;
using Microsoft.Extensions.Options;
using SkiaSharp;

namespace Gaia.Asset.Images;

/// <summary>Refuses pictures that would take too much memory once decoded. Only the header is read.</summary>
internal sealed class PictureCheck(IOptions<ImageOptions> options)
{
    /// <summary>The types that can be decoded; the header of others says nothing to us, and nothing here ever decodes them.</summary>
    public static bool CanDecode(string type) => type is "image/png" or "image/jpeg" or "image/jpg" or "image/pjpeg" or "image/gif" or "image/webp" or "image/bmp";

    /// <exception cref="RefusedUploadException">422: no readable picture, or one with too many pixels.</exception>
    public void Check(string type, string path)
    {
        if (!CanDecode(type))
        {
            return;
        }

        using var codec = SKCodec.Create(path) ?? throw Refuse($"The content is no readable {type}");
        if ((long)codec.Info.Width * codec.Info.Height > options.Value.MaxPixels)
        {
            throw Refuse($"A picture has at most {options.Value.MaxPixels} pixels, this one is {codec.Info.Width} by {codec.Info.Height}");
        }
    }

    private static RefusedUploadException Refuse(string detail) => new(StatusCodes.Status422UnprocessableEntity, detail);
}
