using Gaia;
using Gaia.Asset;
using Gaia.Asset.Administration;
using Gaia.Asset.Content;
using Gaia.Asset.Files;
using Gaia.Asset.Generations;
using Gaia.Asset.OpenAIProtocol;
using Gaia.Asset.Uploads;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddAssetServices();

var app = builder.Build();

app.MapServiceDefaults();
app.MapAssetStatus();
app.MapUploads();
app.MapFiles();
app.MapContent();
app.MapLinks();
app.MapGenerations();
app.MapImages();
app.MapAllFiles();
app.MapAllGenerations();

// For the gateway only.
app.MapEventArchive<AssetDb>();

return await app.ServeAsync(args);
