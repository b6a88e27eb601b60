using Gaia.Asset.Blobs;
using Gaia.Asset.Generations;
using Gaia.Asset.Staging;

namespace Gaia.Asset;

/// <summary>The flat variables of this service. They win over appsettings, as those of every service do.</summary>
internal static class AssetVariables
{
    private static readonly Dictionary<string, string> Settings = new()
    {
        ["ASSET_PATH"] = $"{StorageOptions.Section}:{nameof(StorageOptions.Path)}",
        ["ASSET_MAX_BYTES"] = $"{StorageOptions.Section}:{nameof(StorageOptions.MaxBytes)}",
        ["ASSET_QUOTA_BYTES"] = $"{StorageOptions.Section}:{nameof(StorageOptions.QuotaBytes)}",
        ["S3_BUCKET"] = $"{S3Options.Section}:{nameof(S3Options.Bucket)}",
        ["S3_ENDPOINT"] = $"{S3Options.Section}:{nameof(S3Options.Endpoint)}",
        ["S3_REGION"] = $"{S3Options.Section}:{nameof(S3Options.Region)}",
        ["S3_ACCESS_KEY"] = $"{S3Options.Section}:{nameof(S3Options.AccessKey)}",
        ["S3_SECRET_KEY"] = $"{S3Options.Section}:{nameof(S3Options.SecretKey)}",
        ["OPENAI_IMAGE_MODEL"] = $"{GenerationOptions.Section}:{nameof(GenerationOptions.Model)}",
        ["OPENAI_BASE_URL"] = $"{GenerationOptions.Section}:{nameof(GenerationOptions.BaseUrl)}",
        ["OPENAI_API_KEY"] = $"{GenerationOptions.Section}:{nameof(GenerationOptions.ApiKey)}",
    };

    public static void AddAssetVariables(this IConfigurationManager configuration) =>
        configuration.AddInMemoryCollection(Settings
            .Where(setting => !string.IsNullOrEmpty(configuration[setting.Key]))
            .Select(setting => KeyValuePair.Create(setting.Value, configuration[setting.Key]))
            .ToList());
}
