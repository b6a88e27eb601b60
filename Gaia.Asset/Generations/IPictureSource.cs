namespace Gaia.Asset.Generations;

/// <summary>Makes pictures from descriptions.</summary>
internal interface IPictureSource
{
    /// <returns>An encoded picture.</returns>
    /// <exception cref="Errors.RefusedUploadException">This description will never become a picture; the message is for the user.</exception>
    /// <exception cref="HttpRequestException">It did not work this time.</exception>
    /// <exception cref="CostsUncountedException">It was not tried yet.</exception>
    Task<Stream> CreateAsync(Generation generation, CancellationToken ct);
}
