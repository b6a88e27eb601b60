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
    };

    public static void AddAssetVariables(this IConfigurationManager configuration) =>
        configuration.AddInMemoryCollection(Settings
            .Where(setting => !string.IsNullOrEmpty(configuration[setting.Key]))
            .Select(setting => KeyValuePair.Create(setting.Value, configuration[setting.Key]))
            .ToList());
}
