using Gaia;
using Gaia.Chat;
using Gaia.Chat.Personas;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddChatServices();

var app = builder.Build();

app.MapServiceDefaults();
app.MapPersonas();

app.Run();
