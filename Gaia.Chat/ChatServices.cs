using Gaia.Chat.Personas;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat;

internal static class ChatServices
{
    public static void AddChatServices(this IHostApplicationBuilder builder)
    {
        builder.Services.AddValidation();
        builder.AddDatabase<ChatDb>(Resources.ChatDb, options => options.UseAsyncSeeding((db, _, ct) => DefaultPersona.Ensure((ChatDb)db, ct)));
        builder.Services.AddScoped<PersonaReader>();
    }
}
