using Gaia;
using Gaia.Auth;
using Gaia.Auth.Principals;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddAuthServices();

var app = builder.Build();

app.MapServiceDefaults();
app.MapPrincipals();

app.Run();
