"""From the exports of a helpdesk, an AI agent and a gateway of models to the record of conversations."""
