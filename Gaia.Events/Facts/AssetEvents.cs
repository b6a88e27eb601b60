namespace Gaia.Events.Facts;

/// <summary>A file was uploaded.</summary>
public sealed record AssetStored(Guid AssetId, Guid OwnerId, string ContentType, long Size) : IEventData
{
    /// <inheritdoc/>
    public static string Type => "gaia.asset.stored";

    /// <inheritdoc/>
    public Guid Subject => AssetId;
}

/// <summary>A picture was generated and stored as an asset, under the id of its generation.</summary>
public sealed record AssetGenerated(Guid AssetId, Guid OwnerId, string ContentType, long Size) : IEventData
{
    /// <inheritdoc/>
    public static string Type => "gaia.asset.generated";

    /// <inheritdoc/>
    public Guid Subject => AssetId;
}

/// <summary>An asset was deleted.</summary>
public sealed record AssetDeleted(Guid AssetId, Guid OwnerId) : IEventData
{
    /// <inheritdoc/>
    public static string Type => "gaia.asset.deleted";

    /// <inheritdoc/>
    public Guid Subject => AssetId;
}
