namespace Gaia.Asset.Blobs;

/// <summary>Any S3-compatible store. In use as soon as a bucket is named.</summary>
internal sealed class S3Options
{
    public const string Section = "S3";

    /// <summary><c>S3_BUCKET</c>: must exist.</summary>
    public string? Bucket { get; set; }

    /// <summary><c>S3_ENDPOINT</c>: the address of a store that is not Amazon's.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary><c>S3_REGION</c></summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary><c>S3_ACCESS_KEY</c>: without it the SDK looks where it always does (its own variables, profile, the machine's role).</summary>
    public string? AccessKey { get; set; }

    /// <summary><c>S3_SECRET_KEY</c></summary>
    public string? SecretKey { get; set; }
}
