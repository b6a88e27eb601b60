using System.ComponentModel.DataAnnotations;

namespace Gaia.Gateway.Conventions;

/// <summary>What the gateway has to know of Asset's storage.</summary>
internal sealed class UploadOptions
{
    public const string Section = "Storage";

    /// <summary><c>ASSET_MAX_BYTES</c>: the largest file, here so that the gateway refuses a longer body.</summary>
    [Range(1, long.MaxValue)]
    public long MaxBytes { get; set; } = UploadLimit.DefaultFile;
}
