using System.Net;
using Gaia.Asset.Errors;

namespace Gaia.Asset.Generations;

/// <summary>Pictures from a model, each paid for once: what it answered is kept before anything else is done with it.</summary>
internal sealed class ModelPictures(PictureModel model, ReceivedPictures received, PictureCosts costs) : IPictureSource
{
    public async Task<Stream> CreateAsync(Generation generation, CancellationToken ct)
    {
        if (await received.FindAsync(generation.Id, ct) is { } before)
        {
            return new MemoryStream(before);
        }

        await costs.ChargeAsync(generation, ct);
        try
        {
            var picture = await model.AskAsync(generation, ct);
            await received.KeepAsync(generation.Id, picture, ct);
            return new MemoryStream(picture);
        }
        catch (HttpRequestException refused) when (refused.StatusCode is { } status)
        {
            // Whoever answers so takes no money; how a call ended that nobody answered is not known.
            await costs.GiveBackAsync(generation, ct);
            throw status is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity
                ? new RefusedUploadException(StatusCodes.Status422UnprocessableEntity, "The model refuses this description or size")
                : refused;
        }
    }
}
