using System.ComponentModel.DataAnnotations;

namespace Gaia.Asset.Staging;

internal sealed class StorageOptions
{
    public const string Section = "Storage";

    private const long Megabyte = 1024 * 1024;

    /// <summary><c>ASSET_PATH</c>: the folder for files being received and, unless a bucket is configured, for stored ones. Shared by all replicas.</summary>
    [Required]
    public string Path { get; set; } =
        System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "gaia", "assets");

    /// <summary><c>ASSET_MAX_BYTES</c>: the largest file.</summary>
    [Range(1, long.MaxValue)]
    public long MaxBytes { get; set; } = UploadLimit.DefaultFile;

    /// <summary><c>ASSET_QUOTA_BYTES</c>: what the files of one user may add up to.</summary>
    [Range(1, long.MaxValue)]
    public long QuotaBytes { get; set; } = 5 * 1024 * Megabyte;

    /// <summary>How long a file may stay unfinished before its writer counts as crashed.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromHours(1);

    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromMinutes(5);
}
