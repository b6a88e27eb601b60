using Gaia;
using Gaia.Chat;
using Gaia.Chat.Alerts;
using Gaia.Chat.Budgets;
using Gaia.Chat.Completions;
using Gaia.Chat.Conversations;
using Gaia.Chat.Forwarding;
using Gaia.Chat.Personas;
using Gaia.Chat.Replies;
using Gaia.Chat.Reports;
using Gaia.Chat.Responses;
using Gaia.Chat.Streams;
using Gaia.Chat.Summaries;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddChatServices();

var app = builder.Build();

app.MapServiceDefaults();
app.MapPersonas();
app.MapConversations();
app.MapLegacyConversations();
app.MapSummaries();
app.MapCompletions();
app.MapResponses();
app.MapForwarding();
app.MapReplies();
app.MapHistory();
app.MapStreams();
app.MapUsage();
app.MapUsageReports();
app.MapCost();
app.MapBudgets();
app.MapAlerts();

// For the gateway only.
app.MapEventArchive<ChatDb>();

return await app.ServeAsync(args);
