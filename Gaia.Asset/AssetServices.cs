using Gaia.Asset.Blobs;
using Gaia.Asset.Files;
using Gaia.Asset.Generations;
using Gaia.Asset.Images;
using Gaia.Asset.Links;
using Gaia.Asset.OpenAIProtocol;
using Gaia.Asset.Quotas;
using Gaia.Asset.Staging;
using Gaia.Asset.Uploads;
using Gaia.Asset.Variants;
using Gaia.Events.Facts;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Gaia.Asset;

internal static class AssetServices
{
    public static void AddAssetServices(this IHostApplicationBuilder builder)
    {
        builder.Services.AddValidation();
        builder.AddDatabase<AssetDb>(Resources.AssetDb);
        builder.AddIdempotency<AssetDb>();
        builder.AddEventJournal<AssetDb>(EventSources.Asset);
        builder.AddStorage();
        builder.AddGeneration();

        builder.Services.AddOptionsWithValidateOnStart<ImageOptions>().BindConfiguration(ImageOptions.Section).ValidateDataAnnotations();
        builder.Services.AddSingleton<PictureCheck>();
        builder.Services.AddSingleton<ImageMemory>();
        builder.Services.AddSingleton<VariantService>();
        builder.Services.AddScoped<VariantMaker>();
        builder.Services.AddScoped<VariantReader>();

        builder.Services.AddScoped<StorageQuota>();
        builder.Services.AddScoped<FileIntake>();
        builder.Services.AddScoped<IdempotentUpload>();
        builder.Services.AddSingleton<FileLookup>();
        builder.Services.AddScoped<FileReader>();
        builder.Services.AddSingleton<AssetLinks>();
    }

    private static void AddStorage(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<StorageOptions>().BindConfiguration(StorageOptions.Section).ValidateDataAnnotations();
        builder.Services.AddSingleton<IValidateOptions<StorageOptions>, StorageFolder>();
        builder.Services.AddSingleton<StagingArea>();
        builder.Services.AddHealthChecks().AddCheck<StorageHealthCheck>("storage", HealthStatus.Degraded);
        builder.Services.AddOptionsWithValidateOnStart<S3Options>().BindConfiguration(S3Options.Section).Validate(
            s3 => string.IsNullOrEmpty(s3.AccessKey) == string.IsNullOrEmpty(s3.SecretKey), "S3_ACCESS_KEY and S3_SECRET_KEY: expected both, or none.");
        if (string.IsNullOrEmpty(builder.Configuration[$"{S3Options.Section}:{nameof(S3Options.Bucket)}"]))
        {
            builder.Services.AddSingleton<IBlobStore, FolderBlobStore>();
        }
        else
        {
            builder.Services.AddSingleton<IBlobStore, S3BlobStore>();
        }

        builder.Services.AddScoped<BlobService>();
        builder.Services.AddScoped<BlobCollector>();
        builder.Services.AddHostedService<BlobSweeper>();
    }

    private static void AddGeneration(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<GenerationOptions>().BindConfiguration(GenerationOptions.Section).ValidateDataAnnotations();
        builder.Services.AddSingleton<GenerationEvents>();
        builder.Services.AddSingleton<PictureCosts>();
        builder.Services.AddScoped<ReceivedPictures>();
        builder.Services.AddScoped<GenerationIntake>();
        builder.Services.AddScoped<GenerationJob>();
        builder.Services.AddScoped<ImagesReader>();
        builder.Services.AddSingleton<GenerationQueue>();
        builder.Services.AddHostedService(services => services.GetRequiredService<GenerationQueue>());
        builder.Services.AddHostedService<GenerationWorker>();
        if (string.IsNullOrEmpty(builder.Configuration[$"{GenerationOptions.Section}:{nameof(GenerationOptions.Model)}"]))
        {
            builder.Services.AddSingleton<IPictureSource, ProceduralPictures>();
        }
        else
        {
            builder.Services.AddSingleton<PictureModel>();
            builder.Services.AddScoped<IPictureSource, ModelPictures>();
        }
    }
}
