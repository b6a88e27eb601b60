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
        catch (PictureModelException refused)
        {
            // Whoever answers so takes no money; how a call ended that nobody answered is not known.
            await costs.GiveBackAsync(generation, ct);
            throw refused.IsFinal ? new RefusedUploadException((int)refused.StatusCode!, refused.Message, refused.Code) : refused;
        }
    }
}
