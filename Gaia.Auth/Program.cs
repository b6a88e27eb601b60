using Gaia;
using Gaia.Auth;
using Gaia.Auth.Accounts;
using Gaia.Auth.ApiKeys;
using Gaia.Auth.Principals;
using Gaia.Auth.Revocations;
using Gaia.Auth.Sessions;
using Gaia.Auth.Tokens;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddAuthServices();

var app = builder.Build();

app.MapServiceDefaults();
app.UseNoStore();
app.UseRateLimiter();

app.MapSessions();
app.MapUsers();
app.MapApiKeys();
app.MapAllApiKeys();
app.MapFailedSignIns();
app.MapRevocationAdministration();
app.MapValidate();
app.MapWellKnown();
app.MapSigningKeys();

// For the gateway only.
app.MapPrincipals();
app.MapEventArchive<AuthDb>();
app.MapApiKeyUses();
app.MapRevocations();

return await app.ServeAsync(args);
