using Gaia.Auth.Accounts;
using Gaia.Auth.ApiKeys;
using Gaia.Auth.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Gaia.Auth;

/// <summary>What a database has from the start: the administrator, and on a developer's machine a key. Runs under the migrations' lock.</summary>
internal sealed class FirstAccounts(IConfiguration settings)
{
    public async Task SeedAsync(DbContext context, bool storesChanged, CancellationToken ct)
    {
        var db = (AuthDb)context;
        var options = new AdministratorOptions();
        settings.GetSection(AdministratorOptions.Section).Bind(options);
        options.Read(settings);
        var passwords = new PasswordHashing(Options.Create(settings.GetSection(PasswordOptions.Section).Get<PasswordOptions>() ?? new()));

        var administrator = await FirstAdministrator.EnsureAsync(db, options, passwords, TimeProvider.System, ct);
        await DevelopmentKey.EnsureAsync(db, settings["GAIA_DEV_API_KEY"] is { Length: > 0 } key ? key : null, administrator, TimeProvider.System, ct);
    }
}
