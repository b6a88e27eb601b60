using Microsoft.EntityFrameworkCore;

namespace Gaia.Asset;

internal static class AssetServices
{
    public static void AddAssetServices(this IHostApplicationBuilder builder)
    {
        builder.Services.AddValidation();
        builder.AddDatabase<AssetDb>(Resources.AssetDb);
    }
}

internal sealed class AssetDb(DbContextOptions<AssetDb> options) : DbContext(options);
