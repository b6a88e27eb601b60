using Gaia;
using Gaia.Gateway;
using Gaia.Gateway.Admission;
using Gaia.Gateway.Forwarding;
using Gaia.Gateway.Health;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddGatewayServices();

var app = builder.Build();

app.MapServiceDefaults();
app.UseAdmission();
app.MapGatewayHealth();
app.MapFrontDoor();
app.MapForwardedRoutes();

app.Run();
