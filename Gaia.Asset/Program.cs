using Gaia;
using Gaia.Asset;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddAssetServices();

var app = builder.Build();

app.MapServiceDefaults();
app.MapAssetStatus();

app.Run();
