using Gaia.Auth.ApiKeys;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Auth;

internal static class AuthServices
{
    public static void AddAuthServices(this IHostApplicationBuilder builder)
    {
        builder.Services.AddValidation();

        var developmentKey = builder.Configuration["GAIA_DEV_API_KEY"];
        builder.AddDatabase<AuthDb>(Resources.AuthDb, options => options.UseAsyncSeeding((db, _, ct) => DevelopmentKey.Ensure((AuthDb)db, developmentKey, ct)));
    }
}
