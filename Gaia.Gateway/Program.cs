using Gaia;
using Gaia.Gateway;
using Gaia.Gateway.Admission;
using Gaia.Gateway.Audit;
using Gaia.Gateway.Caches;
using Gaia.Gateway.Console;
using Gaia.Gateway.Conventions;
using Gaia.Gateway.Docs;
using Gaia.Gateway.Events;
using Gaia.Gateway.Faults;
using Gaia.Gateway.Forwarding;
using Gaia.Gateway.Health;
using Gaia.Gateway.Personas;
using Gaia.Gateway.Services;

SocketCompletions.RunInline();
var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults(ServiceRole.Edge);
builder.AddGatewayServices();

var app = builder.Build();

app.MapServiceDefaults();
app.UseConventions();
app.UseAdmission();
app.UseMiddleware<PositionMiddleware>();
app.UseMiddleware<AuditMiddleware>();
app.UseOutputCache();
app.MapGatewayHealth();
app.MapRoot();
app.MapDocs();
app.MapConsole();
app.MapCacheAdministration();
app.MapCacheAdvice();
app.MapConsistency();
app.MapLive();
app.MapAudit();
app.MapFaults();
app.MapEvents();
app.MapPersonas();
app.MapForwardedRoutes();

app.Run();
