using Microsoft.Extensions.Options;

namespace Gaia.Asset.Staging;

/// <summary>Makes the folder at the start, and finds out whether files can be kept there, before an upload does.</summary>
internal sealed class StorageFolder : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        try
        {
            Directory.CreateDirectory(options.Path);
            using var trial = new FileStream(
                Path.Combine(options.Path, $".trial-{Guid.CreateVersion7():n}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            return ValidateOptionsResult.Success;
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return ValidateOptionsResult.Fail($"ASSET_PATH is \"{options.Path}\": expected a folder that files can be written to.");
        }
    }
}
