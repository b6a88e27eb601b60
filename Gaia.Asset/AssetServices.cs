using Gaia.Asset.Blobs;
using Gaia.Asset.Files;
using Gaia.Asset.Images;
using Gaia.Asset.Links;
using Gaia.Asset.Quotas;
using Gaia.Asset.Staging;
using Gaia.Asset.Uploads;

namespace Gaia.Asset;

internal static class AssetServices
{
    public static void AddAssetServices(this IHostApplicationBuilder builder)
    {
        builder.Configuration.AddAssetVariables();
        builder.Services.AddValidation();
        builder.AddDatabase<AssetDb>(Resources.AssetDb);
        builder.AddStorage();

        builder.Services.AddOptionsWithValidateOnStart<ImageOptions>().BindConfiguration(ImageOptions.Section).ValidateDataAnnotations();
        builder.Services.AddSingleton<PictureCheck>();

        builder.Services.AddScoped<Quota>();
        builder.Services.AddScoped<FileIntake>();
        builder.Services.AddScoped<FileReader>();
        builder.Services.AddSingleton<AssetLinks>();
    }

    private static void AddStorage(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<StorageOptions>().BindConfiguration(StorageOptions.Section).ValidateDataAnnotations();
        builder.Services.AddSingleton<StagingArea>();
        builder.Services.AddSingleton<IBlobStore, FolderBlobStore>();
        builder.Services.AddScoped<BlobKeeper>();
        builder.Services.AddScoped<BlobCollector>();
        builder.Services.AddHostedService<BlobSweeper>();
    }
}
